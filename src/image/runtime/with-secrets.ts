/**
 * The program that reads an application's secrets: it starts before the application, as its user, and becomes it. It
 * keeps the values in its environment, so they are in memory only. The server's role lets it read them. A variable that
 * has a value already is not read: during the build there is no role, and the values come from the stack file
 * (`duringBuild.environment`).
 *
 * It signs its requests itself ("AWS Signature Version 4 for API requests", IAM User Guide), because not every base
 * image has AWS's client. It knows the SDKs' variables for endpoints ("Service-specific endpoints", AWS SDKs and Tools
 * Reference Guide). It asks again for some 15 seconds, because a new role's permissions take some seconds to be
 * everywhere. If a secret cannot be read, it ends ten seconds later, and systemd starts it again.
 */
export const withSecrets = String.raw`#!/usr/bin/python3 -I
import datetime, hashlib, hmac, json, os, sys, time, urllib.error, urllib.parse, urllib.request

home = os.path.dirname(os.path.abspath(__file__))
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
machine = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/") + "/latest/"


class Refused(Exception):
    pass


def metadata(path, method="GET", **headers):
    request = urllib.request.Request(machine + path, method=method, headers=headers)
    with direct.open(request, timeout=5) as answer:
        return answer.read().decode()


def identity():
    token = {"X-aws-ec2-metadata-token": metadata("api/token", "PUT", **{"X-aws-ec2-metadata-token-ttl-seconds": "60"})}
    folder = "meta-data/iam/security-credentials/"
    try:
        role = metadata(folder, **token).split()[0]
    except urllib.error.HTTPError as error:
        raise Refused("the server has no role" if error.code == 404 else str(error))
    keys = json.loads(metadata(folder + role, **token))
    return keys, metadata("meta-data/placement/region", **token), metadata("meta-data/services/domain", **token)


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def call(service, target, content):
    keys, region, domain = identity()
    variable = "AWS_ENDPOINT_URL_" + {"ssm": "SSM", "secretsmanager": "SECRETS_MANAGER"}[service]
    url = os.environ.get(variable) or os.environ.get("AWS_ENDPOINT_URL") or f"https://{service}.{region}.{domain}"
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    body = json.dumps(content)
    digest = lambda text: hashlib.sha256(text.encode()).hexdigest()
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "host": urllib.parse.urlsplit(url).netloc,
        "x-amz-content-sha256": digest(body),
        "x-amz-date": now,
        "x-amz-security-token": keys["Token"],
        "x-amz-target": target,
    }
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    scope = f"{now[:8]}/{region}/{service}/aws4_request"
    asked = f"POST\n/\n\n{lines}\n{names}\n{digest(body)}"
    key = ("AWS4" + keys["SecretAccessKey"]).encode()
    for part in scope.split("/"):
        key = sign(key, part)
    signature = sign(key, f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{digest(asked)}").hex()
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={keys['AccessKeyId']}/{scope}, SignedHeaders={names}, Signature={signature}"
    request = urllib.request.Request(url.rstrip("/") + "/", body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        try:
            said = json.load(error)
        except ValueError:
            said = {}
        code = said.get("__type", str(error)).split("#")[-1]
        raise Refused(f"{code}: {said.get('message') or said.get('Message') or 'no message'}")


def read(reference):
    service, name = reference.split(":", 1)
    if service == "ssm":
        return call(service, "AmazonSSM.GetParameter", {"Name": name, "WithDecryption": True})["Parameter"]["Value"]
    name, _, key = name.partition("#")
    value = call(service, "secretsmanager.GetSecretValue", {"SecretId": name}).get("SecretString")
    if value is None:
        raise Refused("it is binary, and an environment variable is text")
    if not key:
        return value
    try:
        found = json.loads(value)[key]
    except (ValueError, KeyError, TypeError):
        raise Refused(f"its value is not a JSON object with the key {key}")
    return found if isinstance(found, str) else json.dumps(found)


def value_of(reference):
    for pause in (1, 2, 4, 8, None):
        try:
            return read(reference)
        except Exception as error:
            why = str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
            if pause is None:
                raise Refused(why)
            time.sleep(pause)


environment = dict(os.environ)
failed = False
for line in open(os.path.join(home, "secrets")):
    name, _, reference = line.rstrip("\n").partition("=")
    if name in environment:
        continue
    try:
        environment[name] = value_of(reference)
        if "\0" in environment[name]:
            raise Refused("it has a NUL character, and an environment variable cannot have one")
    except Refused as error:
        failed = True
        print(f"the secret {name} cannot be read from {reference}: {error}", file=sys.stderr, flush=True)
if failed:
    time.sleep(10)
    sys.exit("the application does not start without its secrets")
os.execve(sys.argv[1], sys.argv[1:], environment)
`;
