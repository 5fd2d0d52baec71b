from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The vault: its tables lie in the ``reports`` database only (content.reports.router)."""

    name = "content.reports.vault"
    label = "vault"
