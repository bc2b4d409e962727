terraform {
  required_version = ">= 1.6"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.79, < 6"
    }
  }
}

provider "azurerm" {
  # Registering resource providers changes the whole subscription, which is not ours to change.
  resource_provider_registrations = "none"

  features {
    resource_group {
      # What others have put into the group is not ours to delete.
      prevent_deletion_if_contains_resources = true
    }
  }
}
