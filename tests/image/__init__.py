"""check-image without a cluster; on one: tests/e2e/test_check_image.py."""
