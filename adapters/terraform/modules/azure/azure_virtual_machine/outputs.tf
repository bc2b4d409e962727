output "id" {
  description = "The id of the virtual machine."
  value       = azurerm_linux_virtual_machine.this.id
}

output "name" {
  description = "The name of the virtual machine."
  value       = azurerm_linux_virtual_machine.this.name
}

output "resource_group" {
  description = "The resource group of the virtual machine."
  value       = local.group
}

output "private_ip" {
  description = "The private address of the virtual machine."
  value       = azurerm_network_interface.this.private_ip_address
}

output "public_ip" {
  description = "The public address of the virtual machine; null without one."
  value       = one(azurerm_public_ip.this[*].ip_address)
}

output "subnet_id" {
  description = "The subnet of the virtual machine."
  value       = local.subnet
}
