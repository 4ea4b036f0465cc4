# Many security groups. Their rules are part of the group, which is the fastest way: rules as resources of
# their own would be one more call each. So no group names another one, because a ring would be a cycle.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

variable "groups" {
  type = number
}

resource "aws_security_group" "group" {
  count       = var.groups
  name        = "bench-${count.index}"
  description = "one of many"
  dynamic "ingress" {
    for_each = range(1000, 1005)
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/16"]
    }
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
