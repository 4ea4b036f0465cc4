"""A stack's own network: what boto3 finds of it, and what the stack file asks for."""

from tagged import STACK, address, tag_map, tags


class Network:
    def __init__(self, ec2, stack):
        self.ec2 = ec2
        self.stack = stack
        self.vpcs = self.own("describe_vpcs", "Vpcs")
        self.gateways = self.own("describe_internet_gateways", "InternetGateways")
        self.subnets = self.own("describe_subnets", "Subnets")
        self.tables = self.own("describe_route_tables", "RouteTables")
        self.addresses = self.own("describe_addresses", "Addresses")
        self.nat_gateways = self.own("describe_nat_gateways", "NatGateways", "Filter")
        self.endpoints = self.own("describe_vpc_endpoints", "VpcEndpoints")
        found = [
            ("VpcId", self.vpcs),
            ("InternetGatewayId", self.gateways),
            ("SubnetId", self.subnets),
            ("RouteTableId", self.tables),
            ("AllocationId", self.addresses),
            ("NatGatewayId", self.nat_gateways),
            ("VpcEndpointId", self.endpoints),
        ]
        self.names = {each[key]: address(each) for key, every in found for each in every}

    def own(self, operation, key, filters="Filters"):
        by_tag = {filters: [{"Name": f"tag:{STACK}", "Values": [self.stack]}]}
        if self.ec2.can_paginate(operation):
            pages = list(self.ec2.get_paginator(operation).paginate(**by_tag))
        else:
            pages = [getattr(self.ec2, operation)(**by_tag)]
        # moto shows every NAT gateway whatever the filter is, and deleted ones for ever.
        return [
            each
            for page in pages
            for each in page[key]
            if tag_map(each).get(STACK) == self.stack and each.get("State") != "deleted"
        ]

    def describe(self):
        """Ids are told as the addresses of what they stand for."""
        return {
            "vpcs": {address(each): self.vpc(each) for each in self.vpcs},
            "internetGateways": {
                address(each): {
                    "attached": [self.name(place["VpcId"]) for place in each["Attachments"]],
                    "tags": tags(each),
                }
                for each in self.gateways
            },
            "routeTables": {
                address(each): {
                    "vpc": self.name(each["VpcId"]),
                    "routes": dict(self.routes(each)),
                    "subnets": sorted(
                        self.name(place["SubnetId"])
                        for place in each["Associations"]
                        if "SubnetId" in place
                    ),
                    "tags": tags(each),
                }
                for each in self.tables
            },
            "subnets": {
                address(each): {
                    "vpc": self.name(each["VpcId"]),
                    "zone": each["AvailabilityZone"],
                    "range": each["CidrBlock"],
                    "publicAddresses": each["MapPublicIpOnLaunch"],
                    "tags": tags(each),
                }
                for each in self.subnets
            },
            "addresses": {address(each): {"tags": tags(each)} for each in self.addresses},
            "natGateways": {
                address(each): {
                    "subnet": self.name(each.get("SubnetId")),
                    "addresses": [
                        self.name(place.get("AllocationId"))
                        for place in each["NatGatewayAddresses"]
                    ],
                    "state": each["State"],
                    "tags": tags(each),
                }
                for each in self.nat_gateways
            },
            "vpcEndpoints": {
                address(each): {
                    "vpc": self.name(each["VpcId"]),
                    "type": each["VpcEndpointType"],
                    "service": each["ServiceName"],
                    "routeTables": sorted(self.name(table) for table in each["RouteTableIds"]),
                    "subnets": sorted(self.name(subnet) for subnet in each["SubnetIds"]),
                    "tags": tags(each),
                }
                for each in self.endpoints
            },
        }

    def name(self, thing):
        return self.names.get(thing, "another")

    def vpc(self, vpc):
        attributes = {
            attribute: self.ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)
            for attribute in ("enableDnsSupport", "enableDnsHostnames")
        }
        [default] = self.ec2.describe_security_groups(
            Filters=[
                {"Name": "vpc-id", "Values": [vpc["VpcId"]]},
                {"Name": "group-name", "Values": ["default"]},
            ]
        )["SecurityGroups"]
        return {
            "range": vpc["CidrBlock"],
            "resolves": attributes["enableDnsSupport"]["EnableDnsSupport"]["Value"],
            "names": attributes["enableDnsHostnames"]["EnableDnsHostnames"]["Value"],
            "defaultRules": len(default["IpPermissions"]) + len(default["IpPermissionsEgress"]),
            "tags": tags(vpc),
        }

    def routes(self, table):
        for route in table["Routes"]:
            target = route.get("GatewayId") or route.get("NatGatewayId")
            if target == "local":
                continue
            # The lists of S3's addresses have ids of their own in each account.
            destination = "S3" if "DestinationPrefixListId" in route else None
            yield destination or route["DestinationCidrBlock"], self.name(target)


def expected_network(file, own):
    """What the stack file asks for, with the defaults that its reference tells."""
    network = file.get("network", {})
    parts = (
        *("vpcs", "internetGateways", "routeTables", "subnets"),
        *("addresses", "natGateways", "vpcEndpoints"),
    )
    if network.get("vpc") != "own":
        return {part: {} for part in parts}
    stack = file["stack"]
    vpc = f"vpc/{stack}"
    zones = zones_of(file)
    nat = network.get("nat", "regional")
    nat_zones = {"per-zone": zones, "single": zones[:1]}.get(nat, [])
    tables = private_tables(nat, zones)

    def tagged(name=None):
        return {"tags": {"Name": f"{stack}-{name}" if name else stack, **own}}

    def way_out(zone):
        if nat == "regional":
            return {"0.0.0.0/0": f"nat-gateway/{stack}"}
        return {"0.0.0.0/0": f"nat-gateway/{zone or zones[0]}"} if nat_zones else {}

    gateway = f"internet-gateway/{stack}"
    return {
        "vpcs": {
            vpc: {
                "range": network.get("cidr", "10.20.0.0/16"),
                "resolves": True,
                "names": True,
                "defaultRules": 0,
                **tagged(),
            }
        },
        "internetGateways": {gateway: {"attached": [vpc], **tagged()}},
        "routeTables": {
            "route-table/public": {
                "vpc": vpc,
                "routes": {"0.0.0.0/0": gateway},
                "subnets": sorted(f"subnet/public-{zone}" for zone in zones),
                **tagged("public"),
            },
            **{
                f"route-table/{name}": {
                    "vpc": vpc,
                    "routes": {"S3": "vpc-endpoint/s3", **way_out(zone)},
                    "subnets": sorted(
                        f"subnet/private-{each}" for each in ([zone] if zone else zones)
                    ),
                    **tagged(name),
                }
                for name, zone in tables.items()
            },
        },
        "subnets": {
            f"subnet/{side}-{zone}": {
                "vpc": vpc,
                "zone": zone,
                "publicAddresses": False,
                **tagged(f"{side}-{zone}"),
            }
            for side in ("public", "private")
            for zone in zones
        },
        "addresses": {f"address/{zone}": tagged(f"nat-{zone}") for zone in nat_zones},
        "natGateways": {
            f"nat-gateway/{zone}": {
                "subnet": f"subnet/public-{zone}",
                "addresses": [f"address/{zone}"],
                "state": "available",
                **tagged(zone),
            }
            for zone in nat_zones
        },
        "vpcEndpoints": {
            "vpc-endpoint/s3": {
                "vpc": vpc,
                "type": "Gateway",
                "service": f"com.amazonaws.{file['region']}.s3",
                "routeTables": sorted(f"route-table/{name}" for name in tables),
                **tagged("s3"),
            }
        },
    }


def private_tables(nat, zones):
    """By the name of each, the zone whose servers it is for, or None if it is for those of all."""
    if nat == "per-zone":
        return {f"private-{zone}": zone for zone in zones}
    return {"private": None}


def zones_of(file):
    zones = file["network"].get("zones", 2)
    if isinstance(zones, list):
        return zones
    return [f"{file['region']}{letter}" for letter in "abc"[:zones]]


def server_subnets(file):
    """Where the servers are. Of a network that others made, the file says too little."""
    if file.get("network", {}).get("vpc") != "own":
        return {}
    return {"subnets": sorted(f"subnet/private-{zone}" for zone in zones_of(file))}
