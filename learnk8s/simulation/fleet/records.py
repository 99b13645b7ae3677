"""The same job in the words of the other orchestrators of the time: three copies of the shop's web, with memory, port and a health check. Dates and versions: content/facts/milestones.yaml."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """How one of them says it."""

    name: str
    title: str
    since: str
    file: str
    text: str
    said_en: str
    said_ko: str


MARATHON = """\
{
  "id": "/shop/web",
  "instances": 3,
  "cpus": 0.25,
  "mem": 110,
  "container": {
    "type": "DOCKER",
    "docker": {
      "image": "shop/web:1.0",
      "network": "BRIDGE",
      "portMappings": [{ "containerPort": 8080, "hostPort": 0, "servicePort": 8080 }]
    }
  },
  "healthChecks": [{ "protocol": "HTTP", "path": "/", "portIndex": 0, "intervalSeconds": 10, "maxConsecutiveFailures": 3 }],
  "constraints": [["hostname", "UNIQUE"]],
  "upgradeStrategy": { "minimumHealthCapacity": 0.7, "maximumOverCapacity": 0.3 }
}
"""
FLEET = """\
# web@.service: one unit file, started as web@1, web@2 and web@3
# fleetctl submit web@.service
# fleetctl start web@1 web@2 web@3
# fleetctl list-units
[Unit]
Description=The shop's web, copy %i
After=docker.service
Requires=docker.service

[Service]
TimeoutStartSec=0
ExecStartPre=-/usr/bin/docker kill web-%i
ExecStartPre=-/usr/bin/docker rm web-%i
ExecStartPre=/usr/bin/docker pull shop/web:1.0
ExecStart=/usr/bin/docker run --name web-%i -m 110m -p 8080:8080 shop/web:1.0
ExecStop=/usr/bin/docker stop web-%i
Restart=always

[X-Fleet]
Conflicts=web@*.service
"""
SWARM = """\
# Swarm mode, built into Docker Engine since 1.12
docker swarm init
docker network create --driver overlay shop
docker service create \\
  --name web \\
  --replicas 3 \\
  --limit-memory 110M \\
  --limit-cpu 0.25 \\
  --publish published=8080,target=8080 \\
  --network shop \\
  --update-parallelism 1 \\
  --update-delay 10s \\
  shop/web:1.0
docker service ls
docker service scale web=5
docker service update --image shop/web:1.1 web
"""
NOMAD = """\
job "shop" {
  datacenters = ["dc1"]
  type        = "service"

  group "web" {
    count = 3

    constraint {
      distinct_hosts = true
    }

    network {
      port "http" { to = 8080 }
    }

    service {
      name = "web"
      port = "http"
      check {
        type     = "http"
        path     = "/"
        interval = "10s"
        timeout  = "2s"
      }
    }

    task "web" {
      driver = "docker"
      config {
        image = "shop/web:1.0"
        ports = ["http"]
      }
      resources {
        cpu    = 250
        memory = 110
      }
    }

    update {
      max_parallel = 1
    }
  }
}
"""
RECORDS: tuple[Record, ...] = (
    Record("marathon", "Mesos with Marathon", "2013", "marathon.json", MARATHON,
           "Mesos (presented in 2011) offers the machines' free resources; Marathon (begun in June 2013) takes offers that fit until three instances run, and takes new ones when a task is lost. POST this document to /v2/apps. Mesosphere became D2iQ in 2019 and ended its Mesos product in 2021.",
           "Mesos(2011년 발표)가 기계의 남는 자원을 내놓으면, Marathon(2013년 6월 시작)이 맞는 것을 받아 인스턴스 셋을 채운다. 태스크를 잃으면 새 제안을 받는다. 이 문서를 /v2/apps에 POST한다. 메소스피어는 2019년 D2iQ로 이름을 바꾸고 2021년 Mesos 제품을 끝냈다."),
    Record("fleet", "CoreOS fleet", "2014", "web@.service", FLEET,
           "fleet 0.1.0 came out on 10 February 2014: systemd over many machines, with etcd as the memory they share. Units of a dead machine are started elsewhere. It knows no memory, so it packs by count only, and rollouts stay your job. The last commit is of 2018.",
           "fleet 0.1.0은 2014년 2월 10일에 나왔다. 여러 기계에 걸친 systemd이고, etcd가 함께 쓰는 기억이다. 죽은 기계의 유닛은 다른 곳에서 다시 시작한다. 메모리를 모르니 개수만 보고 나누며, 버전을 올리는 일은 여전히 사람 몫이다. 마지막 커밋은 2018년이다."),
    Record("swarm", "Docker Swarm mode", "2016", "swarm.sh", SWARM,
           "The standalone Swarm reached 1.0 on 3 November 2015; swarm mode, built into Docker 1.12 of 28 July 2016, is another program. A service has a wanted number of tasks, and managers keep it. It is still in Docker Engine.",
           "독립형 Swarm은 2015년 11월 3일 1.0이 되었고, 2016년 7월 28일 Docker 1.12에 든 스웜 모드는 다른 프로그램이다. 서비스에는 원하는 태스크 수가 있고 매니저가 그것을 지킨다. 지금도 Docker Engine에 들어 있다."),
    Record("nomad", "HashiCorp Nomad", "2015", "web.nomad.hcl", NOMAD,
           "Nomad 0.1.0 came out at the end of September 2015: one binary that schedules containers, virtual machines and plain programs. A job is evaluated, placed by bin packing, and placed anew when a node is lost. It is still in use.",
           "Nomad 0.1.0은 2015년 9월 말에 나왔다. 컨테이너, 가상 머신, 일반 프로그램을 모두 배치하는 실행 파일 하나다. 잡을 평가해 빈틈없이 채워 넣고, 노드를 잃으면 다시 배치한다. 지금도 쓰인다."),
)
BY_NAME = {record.name: record for record in RECORDS}
