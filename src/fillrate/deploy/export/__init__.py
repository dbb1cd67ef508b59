"""Making a bundle: what a policy needs to decide in production as it does in a world of the laboratory."""

from fillrate.deploy.export.bundling import Terms, complete_bundle, export_bundle

__all__ = ["Terms", "complete_bundle", "export_bundle"]
