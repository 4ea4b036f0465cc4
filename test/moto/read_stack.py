"""Reads a stack back by its tags, with boto3, and compares it with its stack file.

One JSON object a line on standard input: endpoint, region, file. One a line on standard output: the
description of what is there, in the words of the stack file, and the differences; or why it
cannot tell.
"""

import ipaddress
import json
import sys
import traceback

import boto3
import yaml
from read_network import Network, expected_network, server_subnets
from tagged import STACK, address, tag_map, tags

# AWS's names of the groups of rules that a firewall has by words of its own.
RULE_GROUPS = {
    "common": "AWSManagedRulesCommonRuleSet",
    "bad-inputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "ip-reputation": "AWSManagedRulesAmazonIpReputationList",
    "admin": "AWSManagedRulesAdminProtectionRuleSet",
    "sql": "AWSManagedRulesSQLiRuleSet",
    "linux": "AWSManagedRulesLinuxRuleSet",
    "unix": "AWSManagedRulesUnixRuleSet",
    "php": "AWSManagedRulesPHPRuleSet",
    "wordpress": "AWSManagedRulesWordPressRuleSet",
    "anonymous": "AWSManagedRulesAnonymousIpList",
}


def main():
    for line in sys.stdin:
        # One account that cannot be read must not keep those after it from being read.
        try:
            answer = read(**json.loads(line))
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer, sort_keys=True), flush=True)


def read(endpoint, region, file):
    with open(file, encoding="utf-8") as text:
        wanted = yaml.safe_load(text)
    found = Account(endpoint, region, wanted["stack"]).describe()
    return {"found": found, "differences": differences(expected(wanted), found, "")}


class Account:
    def __init__(self, endpoint, region, stack):
        session = boto3.session.Session(
            aws_access_key_id="READER", aws_secret_access_key="READER", region_name=region
        )
        self.ec2 = session.client("ec2", endpoint_url=endpoint)
        self.elb = session.client("elb", endpoint_url=endpoint)
        self.elbv2 = session.client("elbv2", endpoint_url=endpoint)
        self.autoscaling = session.client("autoscaling", endpoint_url=endpoint)
        self.acm = session.client("acm", endpoint_url=endpoint)
        self.route53 = session.client("route53", endpoint_url=endpoint)
        self.wafv2 = session.client("wafv2", endpoint_url=endpoint)
        self.cloudwatch = session.client("cloudwatch", endpoint_url=endpoint)
        self.stack = stack
        self.by_tag = [{"Name": f"tag:{STACK}", "Values": [stack]}]

    def describe(self):
        """Ids are told as the addresses, or the zones, of what they stand for."""
        security_groups = self.pages(self.ec2, "describe_security_groups", "SecurityGroups")
        images = self.pages(self.ec2, "describe_images", "Images", Owners=["self"])
        templates = self.pages(self.ec2, "describe_launch_templates", "LaunchTemplates")
        keys = self.ec2.describe_key_pairs(Filters=self.by_tag)["KeyPairs"]
        # A creation date has whole seconds only, and moto makes two images in one: of those the
        # last in the list is the newest, since both accounts list what they made in that order.
        images.reverse()
        images.sort(key=lambda image: image["CreationDate"], reverse=True)
        self.names = {group["GroupId"]: address(group) for group in security_groups}
        self.names |= {image["ImageId"]: address(image) for image in images[:1]}
        self.names |= {image["ImageId"]: "an earlier image" for image in images[1:]}
        self.names |= {key["KeyName"]: address(key) for key in keys}
        self.names |= {each["LaunchTemplateId"]: address(each) for each in templates}
        network = Network(self.ec2, self.stack)
        self.names |= network.names
        self.zones = {
            subnet["SubnetId"]: subnet["AvailabilityZone"]
            for subnet in self.ec2.describe_subnets()["Subnets"]
        }
        balancers = dict(self.load_balancers())
        self.names |= {each["name"]: where for where, each in balancers.items()}
        for each in balancers.values():
            del each["name"]
        self.running = {
            instance["InstanceId"]
            for reservation in self.pages(self.ec2, "describe_instances", "Reservations")
            for instance in reservation["Instances"]
            if instance["State"]["Name"] == "running"
        }
        target_groups = dict(self.target_groups())
        self.names |= {each["arn"]: where for where, each in target_groups.items()}
        for each in target_groups.values():
            del each["arn"]
        # By the name and the value of each validation record, the certificate that it validates.
        self.validated = {}
        certificates = dict(self.certificates())
        ip_sets = dict(self.ip_sets())
        web_acls = dict(self.web_acls())
        # By DNS name, the stack's load balancers, and None for others'.
        self.hosts = {}
        application_load_balancers = dict(self.application_load_balancers())
        # By name, because a group may have that of a load balancer.
        self.groups = {}
        scaling = dict(self.scaling_groups())
        return {
            **network.describe(),
            "keyPairs": {address(key): {"type": key["KeyType"], "tags": tags(key)} for key in keys},
            "securityGroups": {address(group): self.group(group) for group in security_groups},
            "images": {
                self.names[image["ImageId"]]: {"state": image["State"], "tags": tags(image)}
                for image in images
            },
            "snapshots": len(
                self.pages(self.ec2, "describe_snapshots", "Snapshots", OwnerIds=["self"])
            ),
            "launchTemplates": {address(each): self.template(each) for each in templates},
            "loadBalancers": balancers,
            "targetGroups": target_groups,
            "applicationLoadBalancers": application_load_balancers,
            "certificates": certificates,
            "records": dict(self.records()),
            "ipSets": ip_sets,
            "webAcls": web_acls,
            "scaling": scaling,
            "alarms": dict(self.alarms()),
            "instances": sorted(self.instances(), key=json.dumps),
        }

    def pages(self, client, operation, key, filtered=True, **arguments):
        if filtered:
            arguments["Filters"] = self.by_tag
        pages = client.get_paginator(operation).paginate(**arguments)
        return [each for page in pages for each in page[key]]

    def group(self, group):
        return {
            "description": group["Description"],
            "tags": tags(group),
            "ingress": self.rules(group["IpPermissions"]),
            "egress": self.rules(group["IpPermissionsEgress"]),
        }

    def rules(self, permissions):
        rules = []
        for permission in permissions:
            sources = [each["CidrIp"] for each in permission.get("IpRanges", [])]
            sources += [each["CidrIpv6"] for each in permission.get("Ipv6Ranges", [])]
            sources += [each["PrefixListId"] for each in permission.get("PrefixListIds", [])]
            pairs = permission.get("UserIdGroupPairs", [])
            sources += [self.names.get(pair["GroupId"], pair["GroupId"]) for pair in pairs]
            protocol = permission["IpProtocol"]
            ports = [permission.get("FromPort"), permission.get("ToPort")]
            rules += [rule(protocol, *ports, source) for source in sources]
        return sorted(rules)

    def template(self, template):
        [version] = self.ec2.describe_launch_template_versions(
            LaunchTemplateId=template["LaunchTemplateId"], Versions=["$Default"]
        )["LaunchTemplateVersions"]
        data = version["LaunchTemplateData"]
        groups = data.get("SecurityGroupIds", [])
        for interface in data.get("NetworkInterfaces", []):
            groups = groups + interface.get("Groups", [])
        return {
            "image": self.names.get(data["ImageId"]),
            "instanceType": data["InstanceType"],
            "keyPair": self.names.get(data.get("KeyName")),
            "securityGroups": sorted(self.names[group] for group in groups),
            "tokens": data["MetadataOptions"]["HttpTokens"],
            "encrypted": all(
                each["Ebs"]["Encrypted"] for each in data.get("BlockDeviceMappings", [])
            ),
            "tags": tags(template),
        }

    def load_balancers(self):
        every = self.pages(
            self.elb, "describe_load_balancers", "LoadBalancerDescriptions", filtered=False
        )
        for balancer in every:
            name = balancer["LoadBalancerName"]
            [described] = self.elb.describe_tags(LoadBalancerNames=[name])["TagDescriptions"]
            if {each["Key"]: each["Value"] for each in described["Tags"]}.get(STACK) != self.stack:
                continue
            health = self.elb.describe_instance_health(LoadBalancerName=name)["InstanceStates"]
            groups = balancer["SecurityGroups"]
            yield address(described), {
                "name": name,
                "scheme": balancer["Scheme"],
                "listeners": sorted(
                    f"{each['Protocol']}:{each['LoadBalancerPort']} to"
                    f" {each['InstanceProtocol']}:{each['InstancePort']}"
                    for each in (entry["Listener"] for entry in balancer["ListenerDescriptions"])
                ),
                "healthCheck": balancer["HealthCheck"],
                "zones": sorted(self.zones[subnet] for subnet in balancer["Subnets"]),
                "securityGroups": sorted(self.names.get(group, "another") for group in groups),
                "health": sorted(each["State"] for each in health),
                "tags": tags(described),
            }

    def own(self, found, key):
        """Those of the stack, each with its tags as EC2 would give them."""
        for each in found:
            [described] = self.elbv2.describe_tags(ResourceArns=[each[key]])["TagDescriptions"]
            if {tag["Key"]: tag["Value"] for tag in described["Tags"]}.get(STACK) == self.stack:
                yield each, described

    def target_groups(self):
        found = self.pages(self.elbv2, "describe_target_groups", "TargetGroups", filtered=False)
        for group, described in self.own(found, "TargetGroupArn"):
            arn = group["TargetGroupArn"]
            health = self.elbv2.describe_target_health(TargetGroupArn=arn)
            attributes = self.elbv2.describe_target_group_attributes(TargetGroupArn=arn)
            yield address(described), {
                "arn": arn,
                "port": group["Port"],
                "healthCheck": {
                    "path": group["HealthCheckPath"],
                    "status": group["Matcher"]["HttpCode"],
                    "interval": group["HealthCheckIntervalSeconds"],
                    "timeout": group["HealthCheckTimeoutSeconds"],
                    "healthy": group["HealthyThresholdCount"],
                    "unhealthy": group["UnhealthyThresholdCount"],
                },
                "drain": values(attributes)["deregistration_delay.timeout_seconds"],
                "health": sorted(
                    each["TargetHealth"]["State"]
                    for each in health["TargetHealthDescriptions"]
                    if each["TargetHealth"]["State"] != "draining"
                    # moto keeps terminated instances as targets.
                    and each["Target"]["Id"] in self.running
                ),
                "tags": tags(described),
            }

    def application_load_balancers(self):
        found = self.pages(self.elbv2, "describe_load_balancers", "LoadBalancers", filtered=False)
        self.hosts = {plain(balancer["DNSName"]): None for balancer in found}
        for balancer, described in self.own(found, "LoadBalancerArn"):
            arn = balancer["LoadBalancerArn"]
            self.names[arn] = address(described)
            self.hosts[plain(balancer["DNSName"])] = address(described)
            web_acl = self.wafv2.get_web_acl_for_resource(ResourceArn=arn).get("WebACL")
            listeners = self.elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]
            attributes = self.elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)
            key = "routing.http.drop_invalid_header_fields.enabled"
            yield address(described), {
                "scheme": balancer["Scheme"],
                "state": balancer["State"]["Code"],
                "zones": sorted(each["ZoneName"] for each in balancer["AvailabilityZones"]),
                "securityGroups": sorted(
                    self.names.get(group, "another") for group in balancer["SecurityGroups"]
                ),
                "listeners": sorted(self.listener(each) for each in listeners),
                "invalidHeaders": "dropped" if values(attributes)[key] == "true" else "kept",
                "webAcl": web_acl and self.names.get(web_acl["ARN"], "another"),
                "tags": tags(described),
            }

    def certificates(self):
        key_types = ["RSA_2048", "RSA_4096", "EC_prime256v1", "EC_secp384r1"]
        pages = self.acm.get_paginator("list_certificates").paginate(
            Includes={"keyTypes": key_types}
        )
        found = [each for page in pages for each in page["CertificateSummaryList"]]
        for arn in [each["CertificateArn"] for each in found]:
            tagged = self.acm.list_tags_for_certificate(CertificateArn=arn)
            found = self.acm.describe_certificate(CertificateArn=arn)["Certificate"]
            is_own = tag_map(tagged).get(STACK) == self.stack
            for option in found.get("DomainValidationOptions", []):
                record = option["ResourceRecord"]
                key = plain(record["Name"]), plain(record["Value"])
                self.validated[key] = address(tagged) if is_own else self.validated.get(key)
            if not is_own:
                continue
            self.names[arn] = address(tagged)
            yield address(tagged), {
                "names": sorted({found["DomainName"], *found["SubjectAlternativeNames"]}),
                "status": found["Status"],
                "tags": tags(tagged),
            }

    def records(self):
        """What leads to the stack's load balancers or validates its certificates, or leads nowhere."""
        zones = self.pages(self.route53, "list_hosted_zones", "HostedZones", filtered=False)
        for zone in zones:
            found = self.pages(
                self.route53,
                "list_resource_record_sets",
                "ResourceRecordSets",
                filtered=False,
                HostedZoneId=zone["Id"],
            )
            for each in found:
                name = plain(each["Name"])
                target = plain(
                    each["AliasTarget"]["DNSName"]
                    if "AliasTarget" in each
                    else each["ResourceRecords"][0]["Value"]
                )
                if target.endswith(".elb.amazonaws.com"):
                    told = self.hosts.get(target, "no load balancer")
                elif target.endswith(".acm-validations.aws"):
                    told = self.validated.get((name, target), "no certificate")
                    name = f"validation of {name.partition('.')[2]}"
                else:
                    told = None
                if told is not None:
                    yield f"{name} {each['Type']}", told

    def of_firewalls(self, found):
        """Those of the stack, each with its tags as EC2 would give them."""
        for each in found:
            tagged = self.wafv2.list_tags_for_resource(ResourceARN=each["ARN"])
            described = {"Tags": tagged["TagInfoForResource"]["TagList"]}
            if tag_map(described).get(STACK) == self.stack:
                self.names[each["ARN"]] = address(described)
                yield {key: each[key] for key in ("Name", "Id")}, described

    def ip_sets(self):
        found = self.wafv2.list_ip_sets(Scope="REGIONAL", Limit=100)["IPSets"]
        for named, described in self.of_firewalls(found):
            ip_set = self.wafv2.get_ip_set(Scope="REGIONAL", **named)["IPSet"]
            yield address(described), {
                "version": ip_set["IPAddressVersion"],
                "addresses": sorted(canonical(each) for each in ip_set["Addresses"]),
                "tags": tags(described),
            }

    def web_acls(self):
        found = self.wafv2.list_web_acls(Scope="REGIONAL", Limit=100)["WebACLs"]
        for named, described in self.of_firewalls(found):
            web_acl = self.wafv2.get_web_acl(Scope="REGIONAL", **named)["WebACL"]
            rules = sorted(web_acl["Rules"], key=lambda rule: rule["Priority"])
            yield address(described), {
                "otherwise": "".join(web_acl["DefaultAction"]).lower(),
                "rules": [self.firewall_rule(each) for each in rules],
                "tags": tags(described),
            }

    def firewall_rule(self, rule):
        [(kind, statement)] = rule["Statement"].items()
        action = "".join(rule.get("Action", {})).lower()
        if kind == "IPSetReferenceStatement":
            return f"{action} {self.names.get(statement['ARN'], 'another')}"
        if kind == "RateBasedStatement":
            seconds_counted = statement.get("EvaluationWindowSec", 300)
            return f"{action} above {statement['Limit']} in {seconds_counted} s"
        if kind != "ManagedRuleGroupStatement":
            return kind
        excepted = sorted(
            each["Name"]
            for each in statement.get("RuleActionOverrides", [])
            if "Count" in each["ActionToUse"]
        )
        action = "count" if "Count" in rule["OverrideAction"] else "block"
        return group_rule(action, statement["Name"], excepted)

    def listener(self, listener):
        start = f"{listener['Protocol']}:{listener['Port']}"
        if listener["Protocol"] == "HTTPS":
            names = [
                self.names.get(each["CertificateArn"], each["CertificateArn"])
                for each in listener["Certificates"]
            ]
            start += f" with {' and '.join(names)} by {listener['SslPolicy']}"
        [action] = listener["DefaultActions"]
        if action["Type"] == "redirect":
            config = action["RedirectConfig"]
            return f"{start} redirects to {config['Protocol']}:{config['Port']}"
        groups = action.get("ForwardConfig", {}).get("TargetGroups", [action])
        names = sorted(
            self.names.get(each["TargetGroupArn"], "another")
            for each in groups
            if each.get("Weight", 1) > 0
        )
        return f"{start} to {' and '.join(names)}"

    def scaling_groups(self):
        groups = self.pages(self.autoscaling, "describe_auto_scaling_groups", "AutoScalingGroups")
        for group in groups:
            self.groups[group["AutoScalingGroupName"]] = address(group)
            template = group["LaunchTemplate"]
            pool = group.get("WarmPoolConfiguration")
            [version] = self.ec2.describe_launch_template_versions(
                LaunchTemplateId=template["LaunchTemplateId"], Versions=["$Default"]
            )["LaunchTemplateVersions"]
            yield address(group), {
                "min": group["MinSize"],
                "max": group["MaxSize"],
                "desired": group["DesiredCapacity"],
                "cooldown": group["DefaultCooldown"],
                "healthCheck": group["HealthCheckType"],
                "grace": group["HealthCheckGracePeriod"],
                "zones": sorted(
                    self.zones[subnet] for subnet in group["VPCZoneIdentifier"].split(",")
                ),
                "subnets": sorted(
                    self.names.get(subnet, "another")
                    for subnet in group["VPCZoneIdentifier"].split(",")
                ),
                "loadBalancers": sorted(self.names[name] for name in group["LoadBalancerNames"]),
                "targetGroups": sorted(
                    self.names[arn] for arn in group.get("TargetGroupARNs", [])
                ),
                "launchTemplate": self.names[template["LaunchTemplateId"]],
                "defaultVersion": str(version["VersionNumber"]) == template["Version"],
                "warmPool": pool and {"min": pool["MinSize"], "state": pool["PoolState"]},
                "instances": sorted(
                    f"{each['LifecycleState']} {each['HealthStatus']}"
                    for each in group["Instances"]
                ),
                "propagated": all(tag["PropagateAtLaunch"] for tag in group["Tags"]),
                "tags": tags(group),
            }

    def alarms(self):
        found = self.pages(self.cloudwatch, "describe_alarms", "MetricAlarms", filtered=False)
        for alarm in found:
            tagged = self.cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])
            if tag_map(tagged).get(STACK) != self.stack:
                continue
            stats = [each["MetricStat"] for each in alarm.get("Metrics", []) if "MetricStat" in each]
            metrics = [each["Metric"] for each in stats] or [alarm]
            yield address(tagged), {
                "metrics": sorted(each["MetricName"] for each in metrics),
                "of": sorted({self.watched(each) for every in metrics for each in every["Dimensions"]}),
                "expression": [
                    each["Expression"] for each in alarm.get("Metrics", []) if "Expression" in each
                ],
                "comparison": alarm["ComparisonOperator"],
                "threshold": alarm["Threshold"],
                "minutes": alarm["EvaluationPeriods"],
                "missing": alarm["TreatMissingData"],
                "enabled": alarm["ActionsEnabled"],
                "tags": tags(tagged),
            }

    def watched(self, dimension):
        """The address of what a dimension names: by a name, or by the last part of an ARN."""
        value = dimension["Value"]
        if dimension["Name"] == "AutoScalingGroupName":
            return self.groups.get(value, "another group")
        if dimension["Name"] == "LoadBalancerName":
            return self.names.get(value, "another load balancer")
        [told] = [
            told
            for arn, told in self.names.items()
            if arn.endswith((f":loadbalancer/{value}", f":{value}"))
        ] or ["another"]
        return told

    def instances(self):
        for reservation in self.pages(self.ec2, "describe_instances", "Reservations"):
            for instance in reservation["Instances"]:
                if instance["State"]["Name"] in ("shutting-down", "terminated"):
                    continue
                yield {
                    "state": instance["State"]["Name"],
                    "image": self.names.get(instance["ImageId"]),
                    "instanceType": instance["InstanceType"],
                    "keyPair": self.names.get(instance.get("KeyName")),
                    "securityGroups": sorted(
                        self.names[group["GroupId"]] for group in instance["SecurityGroups"]
                    ),
                    "tags": tags(instance),
                }


def plain(name):
    """A DNS name without the dot at its end and the octal code of an asterisk."""
    return name.lower().rstrip(".").replace("\\052", "*")


def group_rule(action, name, excepted):
    return f"{action} by {name}" + (f" except {', '.join(excepted)}" if excepted else "")


def values(attributes):
    return {each["Key"]: each["Value"] for each in attributes["Attributes"]}


def rule(protocol, low, high, source):
    if protocol == "-1":
        return f"all from {source}"
    return f"{protocol} {low}-{high} from {source}"


def expected(file):
    """What the stack file asks for, with the defaults that its reference tells."""
    stack = file["stack"]
    own = {STACK: stack, **file.get("tags", {})}
    scaling = file["scaling"]
    balancer = file.get("loadBalancer")
    key = f"key-pair/{stack}" if "keyPair" in file else None
    count = scaling.get("desired", scaling["min"])
    check = scaling.get("healthCheck", {})
    groups = sorted(f"security-group/{name}" for name in scaling.get("securityGroups", []))
    return {
        **expected_network(file, own),
        "keyPairs": {key: {"tags": own}} if key else {},
        "securityGroups": {
            f"security-group/{name}": expected_group(name, group or {}, file)
            for name, group in file.get("securityGroups", {}).items()
        },
        "images": {f"image/{stack}": {"state": "available", "tags": own}},
        "launchTemplates": {
            f"launch-template/{stack}": {
                "image": f"image/{stack}",
                "instanceType": scaling.get("instanceType", "t3.micro"),
                "keyPair": key,
                "securityGroups": groups,
                "tokens": "required",
                "encrypted": True,
                "tags": own,
            }
        },
        **expected_balancers(stack, file, own, count),
        **expected_domain(stack, file.get("domain"), own),
        **expected_firewall(stack, file.get("firewall"), own),
        "alarms": dict(expected_alarms(file, own)),
        "scaling": {
            f"auto-scaling-group/{stack}": {
                "min": scaling["min"],
                "max": scaling.get("max", count),
                "desired": count,
                "cooldown": seconds(scaling.get("cooldown", "30s")),
                "grace": seconds(check.get("grace", "120s")),
                **attached_to(stack, balancer),
                **server_subnets(file),
                "launchTemplate": f"launch-template/{stack}",
                "defaultVersion": True,
                "warmPool": expected_pool(scaling.get("warmPool")),
                "instances": ["InService Healthy"] * count,
                "propagated": True,
                "tags": own,
            }
        },
        "instances": [
            {
                "state": "running",
                "image": f"image/{stack}",
                "instanceType": scaling.get("instanceType", "t3.micro"),
                "keyPair": key,
                "securityGroups": groups,
                "tags": own,
            }
        ]
        * count,
    }


def expected_group(name, group, file):
    group_names = file.get("securityGroups", {})
    wanted = {
        "tags": {STACK: file["stack"], **file.get("tags", {})},
        "ingress": sorted(
            each for entry in group.get("ingress", []) for each in rules_of(entry, group_names)
        ),
        "egress": ["all from 0.0.0.0/0"],
    }
    if "egress" in group:
        wanted["egress"] = sorted(
            each for entry in group["egress"] for each in rules_of(entry, group_names, "to")
        )
    if "description" in group:
        wanted["description"] = group["description"]
    return wanted


def rules_of(entry, group_names, peer="from"):
    protocol = entry.get("protocol", "tcp")
    port = str(entry.get("port", "all"))
    low, _, high = port.partition("-")
    ports = (0, 65535) if port == "all" else (int(low), int(high or low))
    peers = entry[peer] if isinstance(entry[peer], list) else [entry[peer]]
    for each in peers:
        source = f"security-group/{each}" if each in group_names else each
        yield rule("-1" if protocol == "all" else protocol, *ports, canonical(source))


def canonical(source):
    is_range = source[:1].isdigit() or ":" in source
    return str(ipaddress.ip_network(source)) if is_range else source


def expected_balancers(stack, file, own, count):
    """Those of the type that the file names. One of the other type may be kept beside them."""
    balancer = file.get("loadBalancer")
    if not balancer:
        return {"loadBalancers": {}}
    if balancer.get("type") != "application":
        return {"loadBalancers": expected_balancer(stack, balancer, own, count)}
    port = file.get("application", {}).get("port", 80)
    check = balancer.get("healthCheck", {})
    return {
        "targetGroups": {
            f"target-group/{stack}": {
                "port": port,
                "healthCheck": {
                    "path": check.get("path", "/"),
                    "status": str(check.get("status", 200)),
                    "interval": seconds(check.get("interval", "10s")),
                    "timeout": seconds(check.get("timeout", "5s")),
                    "healthy": check.get("healthy", 2),
                    "unhealthy": check.get("unhealthy", 2),
                },
                "drain": str(seconds(balancer.get("drain", "60s"))),
                "health": ["healthy"] * count,
                "tags": own,
            }
        },
        "applicationLoadBalancers": {
            f"application-load-balancer/{stack}": {
                "scheme": balancer.get("scheme", "internet-facing"),
                "state": "active",
                "listeners": sorted(expected_listeners(stack, file)),
                "invalidHeaders": "dropped",
                **expected_web_acl(stack, file.get("firewall")),
                "securityGroups": sorted(
                    f"security-group/{name}" for name in balancer["securityGroups"]
                ),
                "tags": own,
            }
        },
    }


def expected_listeners(stack, file):
    domain = file.get("domain")
    usual = [{"port": 443}, {"port": 80, "redirect": 443}] if domain else [{"port": 80}]
    wanted = file["loadBalancer"].get("listeners", usual)

    def protocol(port):
        [each] = [each for each in wanted if each["port"] == port]
        return each.get("protocol", "https" if port == 443 else "http").upper()

    for each in wanted:
        start = f"{protocol(each['port'])}:{each['port']}"
        if start.startswith("HTTPS"):
            certificate = domain.get("certificate", f"certificate/{stack}")
            start += f" with {certificate} by ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
        if "redirect" in each:
            yield f"{start} redirects to {protocol(each['redirect'])}:{each['redirect']}"
        else:
            yield f"{start} to target-group/{stack}"


def expected_domain(stack, domain, own):
    """The stack's certificate, and the records of both in the zone."""
    if not domain:
        return {"certificates": {}, "records": {}}
    is_given = "certificate" in domain
    certificate = {"names": sorted(domain["names"]), "status": "ISSUED", "tags": own}
    records = {f"{name} A": f"application-load-balancer/{stack}" for name in domain["names"]}
    if not is_given:
        bases = {name.removeprefix("*.") for name in domain["names"]}
        records |= {f"validation of {base} CNAME": f"certificate/{stack}" for base in bases}
    return {
        "certificates": {} if is_given else {f"certificate/{stack}": certificate},
        "records": records if "zone" in domain else {},
    }


def expected_web_acl(stack, firewall):
    """What of a firewall stands at the load balancer. Without a word about it, whatever is there stays."""
    if not firewall:
        return {}
    return {"webAcl": None if firewall == "none" else f"web-acl/{stack}"}


def expected_firewall(stack, firewall, own):
    if not firewall or firewall == "none":
        return {"ipSets": {}, "webAcls": {}}
    stops = firewall.get("mode", "block")
    sets, rules = {}, []
    for name, action in (("allow", "allow"), ("block", stops)):
        every = sorted(canonical(each) for each in firewall.get(name, []))
        for version, suffix in (("IPV4", ""), ("IPV6", "-ipv6")):
            addresses = [each for each in every if (":" in each) == (version == "IPV6")]
            if not addresses:
                continue
            where = f"ip-set/{name}{suffix}"
            sets[where] = {"version": version, "addresses": addresses, "tags": own}
            rules.append(f"{action} {where}")
    if "limit" in firewall:
        requests, _, time = firewall["limit"].partition(" in ")
        rules.append(f"{stops} above {requests} in {seconds(time)} s")
    for group in firewall.get("rules", ["common", "bad-inputs", "ip-reputation"]):
        excepted = sorted(firewall.get("except", {}).get(group, []))
        rules.append(group_rule(stops, RULE_GROUPS[group], excepted))
    web_acl = {"otherwise": "allow", "rules": rules, "tags": own}
    return {"ipSets": sets, "webAcls": {f"web-acl/{stack}": web_acl}}


def expected_pool(pool):
    return pool and {"min": pool.get("min", 1), "state": pool.get("state", "stopped").title()}


def expected_alarms(file, own):
    """Those that the file names. What each of them watches is compared between the two accounts."""
    for name, alarm in (file.get("alarms") or {}).items():
        wanted = {"enabled": True, "tags": own}
        if name == "unhealthy":
            wanted["threshold"] = alarm.get("servers", 1)
            wanted["minutes"] = seconds(alarm.get("for", "3m")) / 60
        yield f"alarm/{name}", wanted


def attached_to(stack, balancer):
    if not balancer:
        return {"loadBalancers": []}
    if balancer.get("type") == "application":
        return {"targetGroups": [f"target-group/{stack}"]}
    return {"loadBalancers": [f"load-balancer/{stack}"]}


def expected_balancer(stack, balancer, own, count):
    wanted = {
        "listeners": sorted(
            f"{each.get('protocol', 'http').upper()}:{each['port']} to"
            f" {each.get('protocol', 'http').upper()}:{each.get('to', each['port'])}"
            for each in balancer.get("listeners", [{"port": 80}])
        ),
        "health": ["InService"] * count,
        "tags": own,
    }
    if balancer.get("securityGroups"):
        wanted["securityGroups"] = sorted(
            f"security-group/{name}" for name in balancer["securityGroups"]
        )
    check = balancer.get("healthCheck")
    if check:
        names = {
            "target": "Target",
            "interval": "Interval",
            "timeout": "Timeout",
            "healthy": "HealthyThreshold",
            "unhealthy": "UnhealthyThreshold",
        }
        wanted["healthCheck"] = {names[key]: seconds(value) for key, value in check.items()}
    return {f"load-balancer/{stack}": wanted}


def seconds(value):
    """30s, 5m and 1h as seconds; anything else as it is."""
    units = {"s": 1, "m": 60, "h": 3600}
    if isinstance(value, str) and value[:-1].isdigit() and value[-1:] in units:
        return int(value[:-1]) * units[value[-1]]
    return value


def differences(wanted, found, path):
    """Where what was found is not what was wanted. What nobody asked for is not looked at."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        told = [
            each
            for key in wanted
            for each in differences(wanted[key], found.get(key), f"{path}.{key}")
        ]
        # Of a whole list of resources, nothing may be there that nobody asked for.
        if path.count(".") == 1:
            extra = [key for key in found if key not in wanted and key != "an earlier image"]
            told += [f"{path}.{key} is there, and nobody asked for it" for key in extra]
        return told
    return [] if wanted == found else [f"{path[1:]}: wanted {wanted}, found {found}"]


if __name__ == "__main__":
    main()
