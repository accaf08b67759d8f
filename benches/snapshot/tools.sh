#!/usr/bin/env bash
# Puts the jars of ZooKeeper 3.9 into target/tools/zookeeper-3.9, with Maven: no distribution has that release, and only
# it has SnapshotRecursiveSummary.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=target/tools/zookeeper-3.9
version=3.9.5
[ -f "$folder/zookeeper-$version.jar" ] && exit
command -v mvn >/dev/null || { echo "SKIPPED: mvn is missing (Debian: apt-get install maven)" >&2; exit; }
for artifact in org.apache.zookeeper:zookeeper:$version org.apache.zookeeper:zookeeper-jute:$version \
    org.slf4j:slf4j-api:1.7.36 org.slf4j:slf4j-nop:1.7.36 commons-cli:commons-cli:1.5.0 \
    io.dropwizard.metrics:metrics-core:4.1.12.1 org.xerial.snappy:snappy-java:1.1.10.5; do
    mvn -q org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy -Dartifact="$artifact" -DoutputDirectory="$PWD/$folder"
done
