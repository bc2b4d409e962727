output "id" {
  description = "The number of the network, which identifies it."
  value       = tostring(google_compute_network.this.network_id)
}

output "name" {
  description = "The name of the network."
  value       = google_compute_network.this.name
}

output "self_link" {
  description = "The address of the network in the API."
  value       = google_compute_network.this.self_link
}

output "subnets" {
  description = "The address of each subnet in the API, by its IPv4 addresses."
  value       = { for block, subnet in google_compute_subnetwork.this : block => subnet.self_link }
}
