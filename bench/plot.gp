# One scenario on one ground: nanoseconds a policy over the policies there, both logarithmic.
set terminal svg size 800,500 dynamic background rgb 'white'
set title data
set xlabel 'policies there'
set ylabel 'ns a policy'
set logscale xy
set key outside right
set grid
stats data using 1 nooutput
plot for [curve = 0:STATS_blocks - 1] data index curve using 1:2 with linespoints \
  title columnheader(1)
