locals {
  # Ours come last: no label of the user's can hide whose it is.
  labels = merge(var.tags, {
    "managed-by"               = "multi-cloud"
    "multi-cloud-resource-id"  = var.resource_id
    "multi-cloud-installation" = var.installation
  })
}

resource "google_storage_bucket" "this" {
  name                        = var.name
  location                    = upper(var.location) # as the cloud writes it
  storage_class               = var.storage_class
  force_destroy               = var.force_destroy
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true
  labels                      = local.labels

  versioning {
    enabled = var.versioning
  }
}
