"""URLs of the account pages, below /admin/."""

from django.urls import path

from . import views
from .second_factor import views as second_factor

urlpatterns = [
    # These URLs replace pages of Django's admin.
    path("login/", views.login, name="login"),
    path("password_change/", views.change_password, name="password_change"),
    path("account/", views.account, name="account"),
    path("account/e-mail/", views.save_email_preference, name="email_preference"),
    path("account/log-out-everywhere/", views.log_out_everywhere, name="log_out_everywhere"),
    path("account/recovery-codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("second-factor/", second_factor.enter_code, name="second_factor"),
    path("second-factor/set-up/", second_factor.set_up, name="second_factor_setup"),
    path("second-factor/qr.svg", second_factor.qr_code, name="second_factor_qr"),
]
