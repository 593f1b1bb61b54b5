// Packets: what the policies do to real packets of a real kernel.
#include <gtest/gtest.h>

#include "packet_path.h"
#include "support/machines.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const auto machine = cttimeout::test::open_machine("real");
  if (!machine) cttimeout::packets::missing() = machine.error().reason;
  return RUN_ALL_TESTS();
}
