locals {
  # Networks carry no labels: what they are for is written into their description.
  ownership = join(" ", [
    "managed-by=multi-cloud",
    "multi-cloud-resource-id=${var.resource_id}",
    "multi-cloud-installation=${var.installation}",
  ])
}

resource "google_compute_network" "this" {
  name                    = var.name
  description             = local.ownership
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "this" {
  for_each = var.subnets

  name                     = "${var.name}-${replace(each.key, "/[./]/", "-")}"
  description              = local.ownership
  region                   = var.region
  network                  = google_compute_network.this.self_link
  ip_cidr_range            = each.key
  private_ip_google_access = true
}
