variable "name" {
  description = "The name of the instance: its tag Name."
  type        = string
}

variable "region" {
  description = "The region of the instance."
  type        = string
}

variable "tags" {
  description = "Tags of the user."
  type        = map(string)
}

variable "instance_type" {
  description = "The size of the machine, such as t3.micro."
  type        = string
}

variable "ami" {
  description = "The id of the image it starts from."
  type        = string
}

variable "disk_size_gb" {
  description = "The size of the root volume in GiB; null for that of the image."
  type        = number
}

variable "key_name" {
  description = "The key pair that may sign in by SSH; null for none."
  type        = string
}

variable "subnet_id" {
  description = "The subnet to live in; null for a network of its own."
  type        = string
}

variable "security_group_ids" {
  description = "The security groups in that subnet; empty for the default one of its VPC."
  type        = list(string)
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
