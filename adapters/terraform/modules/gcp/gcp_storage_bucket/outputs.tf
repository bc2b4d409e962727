output "id" {
  description = "The name of the bucket, which identifies it."
  value       = google_storage_bucket.this.name
}

output "url" {
  description = "The address of the bucket, gs://name."
  value       = google_storage_bucket.this.url
}

output "self_link" {
  description = "The address of the bucket in the API."
  value       = google_storage_bucket.this.self_link
}
