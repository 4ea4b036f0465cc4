import { AwsError, notModelled } from "./error.ts";
import type { Operation } from "./operation.ts";
import type { WireRequest } from "./protocol/request.ts";
import type { Service } from "./service.ts";

/** A requested operation, with its service. */
export interface Known {
  readonly service: Service;
  readonly operation: Operation;
}

/** Finds the services and their operations, for requests and by name. */
export class Catalogue {
  readonly #services: readonly Service[];
  readonly #operations: ReadonlyMap<Service, ReadonlyMap<string, Operation>>;

  constructor(services: readonly Service[]) {
    this.#services = services;
    this.#operations = new Map(
      services.map((service) => [
        service,
        new Map(service.operations.map((operation) => [operation.name, operation])),
      ]),
    );
  }

  /** The service of a request. Undefined when no service claims the request. */
  serviceOf(request: WireRequest): Service | undefined {
    return this.#services.find(({ protocol }) => protocol.claims(request));
  }

  /** @throws AwsError for an operation that does not exist or is not modelled. */
  operationOf(service: Service, request: WireRequest): Operation {
    const name = service.protocol.operationOf(request);
    const operation = this.#find(service, name);
    if (operation !== undefined) return operation;
    if (isOperation(service, name)) throw notModelled(`The operation ${name}`);
    throw service.protocol.unknownOperation(name);
  }

  /**
   * An operation by the names of the AWS CLI and of the API.
   *
   * @throws AwsError that names what exists.
   */
  byName(serviceName: string, operationName: string): Known {
    const service =
      this.#services.find(({ cliName }) => cliName === serviceName) ??
      this.#services.find(({ name }) => name === serviceName);
    if (service === undefined) {
      const names = this.#services.map(({ name, cliName = name }) => cliName).join(", ");
      throw new AwsError(
        "UnknownService",
        `The service ${serviceName} is not modelled by this sandbox. Modelled services: ${names}.`,
      );
    }
    const operation = this.#find(service, operationName);
    if (operation !== undefined) return { service, operation };
    const modelled = `Modelled actions: ${service.operations
      .map(({ name }) => name)
      .sort()
      .join(", ")}.`;
    if (isOperation(service, operationName)) {
      const { code, message } = notModelled(`The operation ${operationName}`);
      throw new AwsError(code, `${message} ${modelled}`);
    }
    const action = actionOf(operationName);
    const meant = action !== operationName && this.#find(service, action) !== undefined;
    throw new AwsError(
      "InvalidAction",
      `The action ${operationName} is not valid for ${serviceName}. ${meant ? `Write ${action}.` : modelled}`,
    );
  }

  #find(service: Service, name: string): Operation | undefined {
    return this.#operations.get(service)?.get(name);
  }
}

/** Whether AWS has an operation with this name, modelled or not. */
function isOperation({ operationNames }: Service, name: string): boolean {
  return operationNames.trim().split(/\s+/).includes(name);
}

/** The operation of a command of the AWS CLI: `DescribeVpcs` for `describe-vpcs`. */
function actionOf(command: string): string {
  return command.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
