terraform {
  required_version = ">= 1.6"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 9"
    }
  }
}

provider "google" {
  # A resource carries our labels and its owner's, and none of the tool's.
  add_terraform_attribution_label = false
}
