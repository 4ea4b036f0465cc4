# The example tier (examples/afterpay.yaml), as far as Terraform and OpenTofu describe it: they build no image,
# so the launch template uses the base image.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  default_tags {
    tags = { team = "payments" }
  }
}

data "aws_subnets" "default" {
  filter {
    name   = "default-for-az"
    values = ["true"]
  }
}

data "aws_ami" "base" {
  owners      = ["137112412989"]
  most_recent = true
  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-kernel-*-x86_64"]
  }
}

resource "aws_key_pair" "key" {
  key_name   = "bench-key"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHyq0nVbkKNhgTy4yz2bCN9gA4BnTeuVQzXbUcI8LxTf"
}

resource "aws_security_group" "load_balancer" {
  name        = "bench-load-balancer"
  description = "HTTP from everywhere"
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "web" {
  name        = "bench-web"
  description = "HTTP from the load balancer, SSH from the bastion"
  ingress {
    from_port       = 80
    to_port         = 80
    protocol        = "tcp"
    security_groups = [aws_security_group.load_balancer.id]
  }
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["203.0.113.10/32"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_launch_template" "web" {
  name                   = "bench-web"
  image_id               = data.aws_ami.base.id
  instance_type          = "t3.micro"
  key_name               = aws_key_pair.key.key_name
  vpc_security_group_ids = [aws_security_group.web.id]
  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_elb" "web" {
  name            = "bench"
  subnets         = slice(sort(data.aws_subnets.default.ids), 0, 2)
  security_groups = [aws_security_group.load_balancer.id]
  listener {
    instance_port     = 80
    instance_protocol = "http"
    lb_port           = 80
    lb_protocol       = "http"
  }
  health_check {
    target              = "TCP:22" # what the base image answers on
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_autoscaling_group" "web" {
  name                      = "bench"
  min_size                  = 2
  max_size                  = 2
  desired_capacity          = 2
  default_cooldown          = 30
  health_check_type         = "ELB"
  health_check_grace_period = 120
  vpc_zone_identifier       = aws_elb.web.subnets
  load_balancers            = [aws_elb.web.name]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version
  }
}
