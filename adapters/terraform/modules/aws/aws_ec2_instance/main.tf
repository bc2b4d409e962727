locals {
  own_network = var.subnet_id == null ? 1 : 0
  group_ids   = var.subnet_id == null ? aws_security_group.this[*].id : var.security_group_ids

  # Ours come last: no tag of the user's can hide whose it is.
  tags = merge(var.tags, {
    "Name"                     = var.name
    "managed-by"               = "multi-cloud"
    "multi-cloud-resource-id"  = var.resource_id
    "multi-cloud-installation" = var.installation
  })
}

# A network of its own has no way to the internet, neither in nor out.
resource "aws_vpc" "this" {
  count = local.own_network

  cidr_block           = "10.0.0.0/24"
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = merge(local.tags, { "multi-cloud-address" = "aws_vpc.this[0]" })
}

resource "aws_subnet" "this" {
  count = local.own_network

  vpc_id                  = aws_vpc.this[0].id
  cidr_block              = "10.0.0.0/24"
  map_public_ip_on_launch = false
  tags                    = merge(local.tags, { "multi-cloud-address" = "aws_subnet.this[0]" })
}

resource "aws_security_group" "this" {
  count = local.own_network

  name        = var.name
  description = "What may reach the instance: nothing"
  vpc_id      = aws_vpc.this[0].id
  tags        = merge(local.tags, { "multi-cloud-address" = "aws_security_group.this[0]" })
}

resource "aws_instance" "this" {
  ami                         = var.ami
  instance_type               = var.instance_type
  key_name                    = var.key_name
  subnet_id                   = var.subnet_id == null ? aws_subnet.this[0].id : var.subnet_id
  vpc_security_group_ids      = length(local.group_ids) > 0 ? local.group_ids : null
  associate_public_ip_address = var.public_ip
  tags                        = merge(local.tags, { "multi-cloud-address" = "aws_instance.this" })

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    encrypted   = true
    volume_size = var.disk_size_gb
    volume_type = "gp3"
    tags        = local.tags
  }

  lifecycle {
    # A stopped instance has given its public address back, which is no reason to make another.
    ignore_changes = [associate_public_ip_address]
  }
}
