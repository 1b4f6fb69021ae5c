"""What Kubernetes itself says: its names, quantities, schemas and versions."""
