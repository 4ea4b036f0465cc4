/**
 * What the image's programs in Python share: reading the instance's metadata, and calling AWS with the server's role. A
 * program has it as it is, after its imports. Programs that are both in a build script pack well, because this text repeats.
 *
 * It signs its requests itself ("AWS Signature Version 4 for API requests", IAM User Guide), because not every base
 * image has AWS's client. It knows the SDKs' variables for endpoints ("Service-specific endpoints", AWS SDKs and Tools
 * Reference Guide).
 */
export const signedRequests = String.raw`direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
machine = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/") + "/latest/"


class Refused(Exception):
    pass


def metadata(path, method="GET", **headers):
    request = urllib.request.Request(machine + path, method=method, headers=headers)
    with direct.open(request, timeout=5) as answer:
        return answer.read().decode()


def session():
    return {"X-aws-ec2-metadata-token": metadata("api/token", "PUT", **{"X-aws-ec2-metadata-token-ttl-seconds": "60"})}


def identity():
    token = session()
    folder = "meta-data/iam/security-credentials/"
    try:
        role = metadata(folder, **token).split()[0]
    except urllib.error.HTTPError as error:
        raise Refused("the server has no role" if error.code == 404 else str(error))
    keys = json.loads(metadata(folder + role, **token))
    return keys, metadata("meta-data/placement/region", **token), metadata("meta-data/services/domain", **token)


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def send(service, variable, kind, body, **more):
    keys, region, domain = identity()
    url = os.environ.get("AWS_ENDPOINT_URL_" + variable) or os.environ.get("AWS_ENDPOINT_URL") or f"https://{service}.{region}.{domain}"
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    digest = lambda text: hashlib.sha256(text.encode()).hexdigest()
    headers = {
        "content-type": kind,
        "host": urllib.parse.urlsplit(url).netloc,
        "x-amz-content-sha256": digest(body),
        "x-amz-date": now,
        "x-amz-security-token": keys["Token"],
        **more,
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
    return urllib.request.urlopen(request, timeout=10)


def reason(error):
    return str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
`;
