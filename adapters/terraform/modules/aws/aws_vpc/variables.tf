variable "name" {
  description = "The name of the VPC: its tag Name."
  type        = string
}

variable "region" {
  description = "The region of the VPC."
  type        = string
}

variable "tags" {
  description = "Tags of the user."
  type        = map(string)
}

variable "cidr_block" {
  description = "The IPv4 addresses of the VPC."
  type        = string
}

variable "subnets" {
  description = "The IPv4 addresses of each subnet."
  type        = set(string)
}

variable "resource_id" {
  description = "The number of the resource in the service, which every cloud object carries."
  type        = string
}

variable "installation" {
  description = "The UUID of the service that made it, which every cloud object carries."
  type        = string
}
