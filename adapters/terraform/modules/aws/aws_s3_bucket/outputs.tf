output "id" {
  description = "The name of the bucket, which identifies it."
  value       = aws_s3_bucket.this.id
}

output "arn" {
  description = "The ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

output "domain_name" {
  description = "The host name under which the bucket answers in its region."
  value       = aws_s3_bucket.this.bucket_regional_domain_name
}
