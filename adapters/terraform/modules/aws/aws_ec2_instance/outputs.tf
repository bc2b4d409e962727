output "id" {
  description = "The id of the instance."
  value       = aws_instance.this.id
}

output "arn" {
  description = "The ARN of the instance."
  value       = aws_instance.this.arn
}

output "private_ip" {
  description = "The private address of the instance."
  value       = aws_instance.this.private_ip
}

output "public_ip" {
  description = "The public address of the instance; empty without one."
  value       = aws_instance.this.public_ip
}

output "subnet_id" {
  description = "The subnet of the instance."
  value       = aws_instance.this.subnet_id
}
