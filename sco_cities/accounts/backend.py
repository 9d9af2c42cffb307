"""The authentication backend. It loads a user together with the data that session checks need."""

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend

from .login_session import with_account_facts


class AccountBackend(ModelBackend):
    """Authenticates by user name and password. Loads the user of a session and the account facts in one query."""

    def get_user(self, user_id):
        user = with_account_facts(get_user_model()._default_manager.filter(pk=user_id)).first()
        return user if user is not None and self.user_can_authenticate(user) else None
