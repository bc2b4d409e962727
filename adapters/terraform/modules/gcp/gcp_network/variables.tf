variable "name" {
  description = "The name of the network."
  type        = string
}

variable "region" {
  description = "The region of its subnets."
  type        = string
}

variable "tags" {
  description = "Always empty: networks carry no labels."
  type        = map(string)
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
