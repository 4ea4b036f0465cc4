import { HttpRequest } from "@smithy/core/protocols";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { destinationOfAnswer } from "../../src/aws/destination.ts";
import { RequestHandler, type Sender } from "../../src/aws/request-handler.ts";
import { createStop } from "../../src/aws/stop.ts";

const request = new HttpRequest({
  protocol: "https:",
  hostname: "ec2.eu-west-1.amazonaws.com",
  body: "Action=DescribeVpcs",
});
const text = "<DescribeVpcsResponse><requestId>r</requestId><vpcSet/></DescribeVpcsResponse>";
const answer = { statusCode: 200, headers: { a: "b" }, body: Buffer.from(text) };

function handlerOf(handle: Sender["handle"], destroy?: () => void) {
  const stop = createStop();
  const sender = destroy === undefined ? { handle } : { handle, destroy };
  return { stop, handler: new RequestHandler(sender, stop.signal) };
}

describe("the one place where answers pass", () => {
  test("hands AWS's on, and remembers where it comes from", async () => {
    const { handler } = handlerOf(async () => ({ response: answer }));
    const { response } = await handler.handle(request);
    expect(response).toMatchObject(answer);
    expect(destinationOfAnswer(response)).toMatchObject({
      url: "https://ec2.eu-west-1.amazonaws.com",
    });
    expect(response.headers).not.toBe(answer.headers);
  });

  test("takes the sender's word for where that is", async () => {
    const destination = { url: "http://127.0.0.1:1", origin: "AWS_ENDPOINT_URL" };
    const { handler } = handlerOf(async () => ({ response: answer, destination }));
    const { response } = await handler.handle(request);
    expect(destinationOfAnswer(response)).toBe(destination);
  });

  test("lets nothing else through", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", "https://ec2.eu-west-1.amazonaws.com");
    onTestFinished(() => void vi.unstubAllEnvs());
    const body = Buffer.from("page");
    const { handler } = handlerOf(async () => ({ response: { ...answer, body } }));
    await expect(handler.handle(request)).rejects.toThrow(
      "the server at https://ec2.eu-west-1.amazonaws.com (AWS_ENDPOINT_URL) is not AWS",
    );
  });

  test("gives the sender the signal that ends the calls, and asks it no more after that", async () => {
    let asked = 0;
    const { handler, stop } = handlerOf((_request, { abortSignal }) => {
      asked += 1;
      return new Promise((_resolve, reject) => {
        abortSignal.addEventListener("abort", () => reject(new Error("socket closed")));
      });
    });
    const refused = expect(handler.handle(request)).rejects.toMatchObject({ name: "AbortError" });
    stop.now();
    await refused;
    await expect(handler.handle(request)).rejects.toMatchObject({ name: "AbortError" });
    expect(asked).toBe(1);
  });

  test("hands on what fails otherwise", async () => {
    const { handler } = handlerOf(() => Promise.reject(new Error("refused")));
    await expect(handler.handle(request)).rejects.toThrow("refused");
  });

  test("closes the sender, where that can be closed", () => {
    let closed = 0;
    const close = () => {
      closed += 1;
    };
    handlerOf(async () => ({ response: answer }), close).handler.destroy();
    expect(closed).toBe(1);
    handlerOf(async () => ({ response: answer })).handler.destroy();
  });

  test("is what the SDK wants of a handler", () => {
    const { handler } = handlerOf(async () => ({ response: answer }));
    expect(handler.metadata).toEqual({ handlerProtocol: "http/1.1" });
    expect(handler.httpHandlerConfigs()).toEqual({});
  });
});
