locals {
  own_network = var.subnetwork == null ? 1 : 0
  region      = join("-", slice(split("-", var.zone), 0, 2))

  # Networks carry no labels: what they are for is written into their description.
  ownership = join(" ", [
    "managed-by=multi-cloud",
    "multi-cloud-resource-id=${var.resource_id}",
    "multi-cloud-installation=${var.installation}",
  ])

  # Ours come last: no label of the user's can hide whose it is.
  labels = merge(var.tags, {
    "managed-by"               = "multi-cloud"
    "multi-cloud-resource-id"  = var.resource_id
    "multi-cloud-installation" = var.installation
  })
}

resource "google_compute_network" "this" {
  count = local.own_network

  name                    = "${var.name}-network"
  description             = local.ownership
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "this" {
  count = local.own_network

  name                     = "${var.name}-subnet"
  description              = local.ownership
  region                   = local.region
  network                  = google_compute_network.this[0].self_link
  ip_cidr_range            = "10.0.0.0/24"
  private_ip_google_access = true
}

resource "google_compute_instance" "this" {
  name         = var.name
  zone         = var.zone
  machine_type = var.machine_type
  labels       = local.labels

  allow_stopping_for_update = true
  deletion_protection       = false

  # Who may sign in is a matter of IAM alone.
  metadata = {
    "enable-oslogin"         = "TRUE"
    "block-project-ssh-keys" = "TRUE"
  }

  boot_disk {
    auto_delete = true

    initialize_params {
      image  = var.image
      size   = var.disk_size_gb
      type   = var.disk_type
      labels = local.labels
    }
  }

  network_interface {
    subnetwork = var.subnetwork == null ? google_compute_subnetwork.this[0].self_link : var.subnetwork

    dynamic "access_config" {
      for_each = var.public_ip ? ["public"] : []
      content {
        network_tier = "PREMIUM"
      }
    }
  }

  shielded_instance_config {
    enable_secure_boot          = var.secure_boot
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }

  lifecycle {
    # The disk got them when it was made; others are no reason to make the instance anew.
    ignore_changes = [boot_disk[0].initialize_params[0].labels]
  }
}
