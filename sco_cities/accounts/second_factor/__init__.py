"""The second factor, a code from an authenticator app or a recovery code, entered after the password."""
