"""The second factor: a code from an authenticator app, or a recovery code, after the password."""
