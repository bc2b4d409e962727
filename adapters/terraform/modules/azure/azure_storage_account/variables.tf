variable "name" {
  description = "The name of the storage account."
  type        = string
}

variable "location" {
  description = "The location of the storage account."
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

variable "replication" {
  description = "How its data is copied, such as LRS or GZRS."
  type        = string
}

variable "access_tier" {
  description = "How often its data is read: Hot, Cool or Cold."
  type        = string
}

variable "public_network_access" {
  description = "Whether it answers to the internet."
  type        = bool
}

variable "shared_access_keys" {
  description = "Whether its two keys open it, beside a sign-in with Entra ID."
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
