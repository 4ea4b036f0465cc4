import { signedRequests } from "./signed-requests.ts";

/**
 * The program that reads an application's secrets: it starts before the application, as its user, and becomes it. It
 * keeps the values in its environment, so they are in memory only. The server's role lets it read them. A variable that
 * has a value already is not read: during the build there is no role, and the values come from the stack file
 * (`duringBuild.environment`).
 *
 * It asks again for some 15 seconds, because a new role's permissions take some seconds to be
 * everywhere. If a secret cannot be read, it ends ten seconds later, and systemd starts it again.
 */
export const withSecrets = String.raw`#!/usr/bin/python3 -I
import datetime, hashlib, hmac, json, os, sys, time, urllib.error, urllib.parse, urllib.request

home = os.path.dirname(os.path.abspath(__file__))
${signedRequests}

def call(service, target, content):
    variable = {"ssm": "SSM", "secretsmanager": "SECRETS_MANAGER"}[service]
    try:
        with send(service, variable, "application/x-amz-json-1.1", json.dumps(content), **{"x-amz-target": target}) as answer:
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
            if pause is None:
                raise Refused(reason(error))
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
