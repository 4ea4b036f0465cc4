import { signedRequests } from "./signed-requests.ts";

/**
 * The program that completes the lifecycle hooks of the server's group. Its arguments are, for each hook, its name, the
 * program to run, and the result if that program fails. It is a service of the image, which looks every five seconds for
 * another state that the group wants the server to reach ("Retrieve the target lifecycle state through instance
 * metadata", Amazon EC2 Auto Scaling User Guide), and then asks the group whether it waits for the server.
 *
 * The group's name is not in the image, because an image is built before its group, and may be used by another one. The
 * hook's timeout is not in the image either, so that a change of it needs no new image: the group itself says when it
 * waits no longer. The program that still runs then is killed, and AWS has taken the hook's default result, which is the
 * result of a failure.
 *
 * A server that enters a warm pool is held by the launch hook there, and again on its way from the pool into service
 * ("Use lifecycle hooks with a warm pool", the same guide). Each time the group wants another state.
 *
 * It tries again for two hours, the longest timeout of a hook in a stack file, because a new role's permissions take
 * some seconds to be everywhere, and because AWS limits the rate of calls.
 */
export const completeHooks = `#!/usr/bin/python3 -Iu
import datetime, hashlib, hmac, json, os, signal, subprocess, sys, time, urllib.error, urllib.parse, urllib.request
import xml.etree.ElementTree as xml

${signedRequests}

hooks = {name: (program, failed) for name, program, failed in zip(*[iter(sys.argv[1:])] * 3)}
told = None


def complain(error):
    global told
    if told != reason(error):
        told = reason(error)
        print(f"the hooks of the server's group cannot be completed: {told}")


def wanted():
    try:
        return metadata("meta-data/autoscaling/target-lifecycle-state", **session())
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return ""
        raise


def call(action, **parameters):
    body = urllib.parse.urlencode({"Action": action, "Version": "2011-01-01", **parameters})
    try:
        with send("autoscaling", "AUTO_SCALING", "application/x-www-form-urlencoded", body) as answer:
            return xml.parse(answer)
    except urllib.error.HTTPError as error:
        try:
            said = xml.parse(error)
        except xml.ParseError:
            raise Refused(str(error))
        raise Refused(f"{said.findtext('.//{*}Code')}: {said.findtext('.//{*}Message')}")


def runs(work):
    return work is not None and work.poll() is None


def serve(target):
    global told
    work, told, pause, until = None, None, 1, time.monotonic() + 7200
    while time.monotonic() < until:
        try:
            if wanted() != target:
                break
            instance = metadata("meta-data/instance-id", **session())
            found = call("DescribeAutoScalingInstances", **{"InstanceIds.member.1": instance})
            state = found.findtext(".//{*}LifecycleState") or ""
            name = "terminate" if "Terminating" in state else "launch"
            if name not in hooks or not state.endswith(("Pending", "Terminating", ":Wait")):
                break
            program, failed = hooks[name]
            if work is None and state.endswith(":Wait"):
                work = subprocess.Popen(["/bin/sh", "-c", "exec " + program], stdin=subprocess.DEVNULL, start_new_session=True)
            pause = 15 if runs(work) else 5
            if work is not None and not runs(work):
                result = failed if work.returncode else "CONTINUE"
                group = found.findtext(".//{*}AutoScalingGroupName")
                call("CompleteLifecycleAction", AutoScalingGroupName=group, LifecycleHookName="reconcile-" + name, InstanceId=instance, LifecycleActionResult=result)
                return print(f"{program} ended with status {work.returncode}, and the {name} hook is completed: {result}")
        except Exception as error:
            complain(error)
            pause = min(pause * 2, 15)
        running = runs(work)
        for _ in range(pause):
            time.sleep(1)
            if running and not runs(work):
                break
    if runs(work):
        os.killpg(work.pid, signal.SIGKILL)
        work.wait()
        print(f"{program} still ran when the group waited no longer, and is killed")


seen = ""
while True:
    try:
        target = wanted()
        if target not in ("", seen):
            serve(target)
        seen = target
    except Exception as error:
        complain(error)
    time.sleep(5)
`;
