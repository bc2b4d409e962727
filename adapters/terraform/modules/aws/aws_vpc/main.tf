locals {
  # Ours come last: no tag of the user's can hide whose it is.
  tags = merge(var.tags, {
    "Name"                     = var.name
    "managed-by"               = "multi-cloud"
    "multi-cloud-resource-id"  = var.resource_id
    "multi-cloud-installation" = var.installation
  })
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = merge(local.tags, { "multi-cloud-address" = "aws_vpc.this" })
}

resource "aws_subnet" "this" {
  for_each = var.subnets

  vpc_id                  = aws_vpc.this.id
  cidr_block              = each.key
  map_public_ip_on_launch = false
  tags = merge(local.tags, {
    "Name"                = "${var.name} ${each.key}"
    "multi-cloud-address" = "aws_subnet.this[\"${each.key}\"]"
  })
}
