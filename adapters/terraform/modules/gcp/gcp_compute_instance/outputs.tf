output "id" {
  description = "The number of the instance, which identifies it."
  value       = google_compute_instance.this.instance_id
}

output "name" {
  description = "The name of the instance."
  value       = google_compute_instance.this.name
}

output "self_link" {
  description = "The address of the instance in the API."
  value       = google_compute_instance.this.self_link
}

output "private_ip" {
  description = "The private address of the instance."
  value       = google_compute_instance.this.network_interface[0].network_ip
}

output "public_ip" {
  description = "The public address of the instance; null without one."
  value       = one(google_compute_instance.this.network_interface[0].access_config[*].nat_ip)
}
