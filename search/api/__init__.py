"""The open read API (docs/guides/api.md): REST framework for its answers, and the OpenAPI document that describes them."""
