"""Checks requests on the wire against botocore's models of the services.

A JSON list of {"service", "body"} on standard input, with "target" (the header X-Amz-Target) where a
service speaks JSON, and with "line" (the method and the address) where a request names its operation by it; on standard output a JSON list of {"request", "problem"}. moto's parsers read a request by the model. botocore then validates what
was read, and writes it again: whatever of the request is missing in that, the model does not know.
What botocore's own validation leaves out (enumerations, patterns, greatest lengths and values) is
checked here.
"""

import json
import re
import sys
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

import botocore.loaders
import botocore.serialize
import botocore.validate
from moto.core.model import ServiceModel
from moto.core.parse import PROTOCOL_PARSERS

# Signatures name the endpoint's prefix, botocore's models have names of their own.
# Two services share this prefix, and only the version tells them apart.
MODELS = {
    "elasticloadbalancing": {"2012-06-01": "elb", "2015-12-01": "elbv2"},
    "monitoring": "cloudwatch",
}

# Java's ways of writing what Python writes otherwise: pairs of surrogates, and classes of characters.
JAVA = {
    r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010FFFF",
    r"\p{L}\p{Z}\p{N}_": r"\w\s",
}

loader = botocore.loaders.create_loader()
models = {}


def main():
    checked = json.load(sys.stdin)
    problems = [
        {"request": f"{request['service']} {request['body']}", "problem": problem}
        for request in checked
        for problem in check(**request)
    ]
    json.dump({"checked": len(checked), "problems": problems}, sys.stdout)


def model_of(service, version=None):
    named = MODELS.get(service, service)
    name = named if isinstance(named, str) else named.get(version, "elb")
    if name not in models:
        models[name] = ServiceModel(loader.load_service_model(name, "service-2"), name)
    return models[name]


def check(service, body, target=None, line=None):
    if line is not None:
        yield from check_rest(model_of(service), body, *line.split(" ", 1))
        return
    if target is not None:
        yield from check_json(model_of(service), body, target)
        return
    form = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
    model = model_of(service, form.get("Version"))
    action = form.get("Action")
    if form.get("Version") != model.api_version:
        yield f"Version is {form.get('Version')}, and the model's {model.api_version}"
    if action not in model.operation_names:
        yield f"there is no operation {action}"
        return
    operation = model.operation_model(action)
    protocol = model.metadata["protocol"]
    try:
        parsed = PROTOCOL_PARSERS[protocol](operation).parse({"values": form})
    except (ValueError, TypeError) as error:
        yield f"cannot be read by the model: {error}"
        return
    shape = operation.input_shape
    if shape is not None:
        report = botocore.validate.ParamValidator().validate(parsed, shape)
        if report.has_errors():
            yield report.generate_report()
        yield from constraints(shape, parsed, action)
    serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
    written = serializer.serialize_to_request(parsed, operation)["body"]
    yield from unknown(form, {key: wire(value) for key, value in written.items()})


def check_json(model, body, target):
    prefix, _, action = target.partition(".")
    if prefix != model.metadata["targetPrefix"]:
        yield f"the target begins with {prefix}, and the model's with {model.metadata['targetPrefix']}"
    if action not in model.operation_names:
        yield f"there is no operation {action}"
        return
    shape = model.operation_model(action).input_shape
    written = json.loads(body)
    report = botocore.validate.ParamValidator().validate(written, shape)
    if report.has_errors():
        yield report.generate_report()
        return
    yield from constraints(shape, written, action)


def check_rest(model, body, method, address):
    """Of a service whose requests have their members in the address and in an XML document."""
    path, _, search = address.partition("?")
    operation, named = find_operation(model, method, path)
    if operation is None:
        yield f"there is no operation {method} {path}"
        return
    query = dict(parse_qsl(search, keep_blank_values=True, strict_parsing=search != ""))
    try:
        parsed = PROTOCOL_PARSERS["rest-xml"](operation).parse(
            {"values": query, "headers": {}, "body": body.encode(), "url_params": named}
        )
    except (ValueError, TypeError) as error:
        yield f"cannot be read by the model: {error}"
        return
    shape = operation.input_shape
    report = botocore.validate.ParamValidator().validate(parsed, shape)
    if report.has_errors():
        yield report.generate_report()
        return
    yield from constraints(shape, parsed, operation.name)
    serializer = botocore.serialize.create_serializer("rest-xml", include_validation=False)
    written = serializer.serialize_to_request(parsed, operation)
    yield from unknown(query, {key: wire(value) for key, value in written["query_string"].items()})
    if members(body) != members(wire(written["body"] or "")):
        yield f"the document is {body}; written by the model it is {wire(written['body'])}"


def find_operation(model, method, path):
    """The operation with this path, and the members that are named in it."""
    for name in model.operation_names:
        operation = model.operation_model(name)
        template = operation.http["requestUri"].partition("?")[0].rstrip("/")
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        found = re.fullmatch(pattern, path.rstrip("/"))
        if operation.http["method"] == method and found:
            return operation, {key: unquote(value) for key, value in found.groupdict().items()}
    return None, {}


def members(document):
    """The elements of a document, whatever their order, as sorted texts with their paths."""
    if document == "":
        return []

    def walk(element, path):
        path = f"{path}/{element.tag}"
        inner = [each for child in element for each in walk(child, path)]
        return inner or [f"{path} {element.text or ''}"]

    return sorted(walk(ElementTree.fromstring(document), ""))


def wire(value):
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.decode() if isinstance(value, bytes) else str(value)


def unknown(form, written):
    for key in sorted(form.keys() | written.keys()):
        if form.get(key) != written.get(key):
            yield f"{key} is {form.get(key)!r}; written by the model it is {written.get(key)!r}"


def constraints(shape, value, path):
    kind = shape.type_name
    if kind == "structure":
        for name, member in value.items():
            yield from constraints(shape.members[name], member, f"{path}.{name}")
        return
    if kind == "list":
        for index, member in enumerate(value):
            yield from constraints(shape.member, member, f"{path}[{index}]")
    limits = shape.metadata
    size = len(value) if hasattr(value, "__len__") else value
    if isinstance(size, (int, float)) and not isinstance(size, bool):
        if "max" in limits and size > limits["max"]:
            yield f"{path} is {value!r}: more than {limits['max']}"
        if "min" in limits and size < limits["min"]:
            yield f"{path} is {value!r}: less than {limits['min']}"
    if kind != "string":
        return
    if limits.get("enum") and value not in limits["enum"]:
        yield f"{path} is {value!r}, which is none of {limits['enum']}"
    if "pattern" in limits and not re.fullmatch(python(limits["pattern"]), value):
        yield f"{path} is {value!r}, which does not match {limits['pattern']}"


def python(pattern):
    for java, translated in JAVA.items():
        pattern = pattern.replace(java, translated)
    return pattern


if __name__ == "__main__":
    main()
