import type {
  DisableImageDeregistrationProtectionRequest,
  EnableImageDeregistrationProtectionRequest,
} from "@aws-sdk/client-ec2";
import {
  DisableImageDeregistrationProtection$,
  EnableImageDeregistrationProtection$,
} from "@aws-sdk/client-ec2";
import { AwsError, notModelled } from "../../error.ts";
import { operation } from "../../operation.ts";
import type { Region } from "../../region.ts";
import { images } from "../volumes/tables.ts";
import { imageNotFound, isOwn } from "./images.ts";

const enableDeregistrationProtection = operation<EnableImageDeregistrationProtectionRequest>(
  EnableImageDeregistrationProtection$,
  ["ImageId", "WithCooldown"],
  (region, { ImageId: id, WithCooldown: cooldown }) => {
    if (cooldown === true) throw notModelled("Deregistration protection with a cooldown");
    protectFromDeregistration(region, id, true);
    return { Return: "true" };
  },
);

const disableDeregistrationProtection = operation<DisableImageDeregistrationProtectionRequest>(
  DisableImageDeregistrationProtection$,
  ["ImageId"],
  (region, { ImageId: id }) => {
    protectFromDeregistration(region, id, false);
    return { Return: "true" };
  },
);

function protectFromDeregistration(region: Region, id = "", isProtected: boolean): void {
  const image = region.table(images).use(id);
  if (image === undefined) throw imageNotFound(id);
  if (!isOwn(region, image)) {
    throw new AwsError("AuthFailure", `Not authorized for image:${id}`, 403);
  }
  region.table(images).change(id, (changed) => {
    changed.deregistrationProtected = isProtected;
  });
}

export const imageProtectionOperations = [
  enableDeregistrationProtection,
  disableDeregistrationProtection,
];
