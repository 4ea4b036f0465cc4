import { EC2Client } from "@aws-sdk/client-ec2";
import { AwsError } from "../../src/sandbox/error.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";

/** A real SDK client that talks to a sandbox, without retries: a test sees the first answer. */
export function ec2Client(sandbox: Sandbox, region = "ap-southeast-2"): EC2Client {
  return new EC2Client({
    region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
}

/** What a failing call was answered with; the test fails when it succeeds. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ code: string; message: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && "$metadata" in error) {
      const metadata: { httpStatusCode?: number } = Object(error.$metadata);
      return { code: error.name, message: error.message, status: metadata.httpStatusCode };
    }
    // A call by name has no wire between.
    if (error instanceof AwsError) {
      return { code: error.code, message: error.message, status: error.status };
    }
    throw error;
  }
  throw new Error("The call succeeded.");
}
