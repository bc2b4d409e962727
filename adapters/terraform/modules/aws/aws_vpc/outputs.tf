output "id" {
  description = "The id of the VPC."
  value       = aws_vpc.this.id
}

output "arn" {
  description = "The ARN of the VPC."
  value       = aws_vpc.this.arn
}

output "cidr_block" {
  description = "The IPv4 addresses of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "subnet_ids" {
  description = "The id of each subnet, by its addresses."
  value       = { for block, subnet in aws_subnet.this : block => subnet.id }
}
