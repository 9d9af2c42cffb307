"""The authentication backend, which reads a user together with the data that its session is checked against."""

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend

from .login_session import with_account_facts


class AccountBackend(ModelBackend):
    """Users by name and password. The user of a session is read with its account facts, in one query."""

    def get_user(self, user_id):
        user = with_account_facts(get_user_model()._default_manager.filter(pk=user_id)).first()
        return user if user is not None and self.user_can_authenticate(user) else None
