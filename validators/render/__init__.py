"""From folders to objects, by kustomize."""
