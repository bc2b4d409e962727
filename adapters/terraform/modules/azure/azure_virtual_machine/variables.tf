variable "name" {
  description = "The name of the virtual machine, and its host name."
  type        = string
}

variable "location" {
  description = "The location of the virtual machine."
  type        = string
}

variable "tags" {
  description = "Tags of the user."
  type        = map(string)
}

variable "resource_group" {
  description = "The resource group to live in; null for one of its own."
  type        = string
}

variable "size" {
  description = "The size of the machine, such as Standard_B1s."
  type        = string
}

variable "image" {
  description = "The image it starts from: publisher:offer:sku:version."
  type        = string
}

variable "admin_username" {
  description = "The user that may sign in."
  type        = string
}

variable "ssh_public_key" {
  description = "The SSH key that lets that user in."
  type        = string
}

variable "disk_size_gb" {
  description = "The size of the disk in GiB; null for that of the image."
  type        = number
}

variable "disk_type" {
  description = "The sort of the disk, such as StandardSSD_LRS."
  type        = string
}

variable "secure_boot" {
  description = "Whether only signed software may start it, with a virtual TPM to prove it."
  type        = bool
}

variable "subnet_id" {
  description = "The subnet to live in; null for a network of its own."
  type        = string
}

variable "public_ip" {
  description = "Whether the machine gets a public address."
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
