#!/bin/sh
# Start the broker as the user rabbitmq.
set -eu
chown -R rabbitmq:rabbitmq /var/lib/rabbitmq
export RUNNING_UNDER_SYSTEMD=true # the script then execs the broker instead of staying above it
exec gosu rabbitmq "$@"
