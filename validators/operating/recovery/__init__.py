"""What exists nowhere but in the cluster, kept in an encrypted kit: git, the S3 of the backups and the kit make it all again."""
