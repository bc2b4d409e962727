variable "name" {
  description = "The name of the instance."
  type        = string
}

variable "zone" {
  description = "The zone of the instance."
  type        = string
}

variable "tags" {
  description = "Labels of the user."
  type        = map(string)
}

variable "machine_type" {
  description = "The size of the machine, such as e2-micro."
  type        = string
}

variable "image" {
  description = "The image it starts from, or a family of images."
  type        = string
}

variable "disk_size_gb" {
  description = "The size of the disk in GB; null for that of the image."
  type        = number
}

variable "disk_type" {
  description = "The sort of the disk, such as pd-balanced."
  type        = string
}

variable "secure_boot" {
  description = "Whether only signed software may start it."
  type        = bool
}

variable "subnetwork" {
  description = "The subnetwork to live in; null for a network of its own."
  type        = string
}

variable "public_ip" {
  description = "Whether the instance gets a public address."
  type        = bool
}

variable "resource_id" {
  description = "The number of the resource in the service, which every cloud object carries."
  type        = string
}

variable "installation" {
  description = "The UUID of the service that made it, which every cloud object carries."
  type        = string
}
