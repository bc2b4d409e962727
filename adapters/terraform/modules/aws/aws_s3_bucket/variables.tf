variable "name" {
  description = "The name of the bucket."
  type        = string
}

variable "region" {
  description = "The region of the bucket."
  type        = string
}

variable "tags" {
  description = "Tags of the user."
  type        = map(string)
}

variable "versioning" {
  description = "Whether overwritten and deleted objects are kept as versions."
  type        = bool
}

variable "force_destroy" {
  description = "Whether destroying the bucket deletes the objects in it."
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
